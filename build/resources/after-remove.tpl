#!/bin/bash
# After the Debian package has gone. electron-builder fills in the names. What a user has lies in that user's home, where packages
# remove nothing: "purge" only says so.

case "$1" in
  remove|purge)
    if type update-alternatives >/dev/null 2>&1; then
      update-alternatives --remove '${executable}' '/opt/${sanitizedProductName}/${executable}' || true
    else
      rm -f '/usr/bin/${executable}'
    fi
    profile='/etc/apparmor.d/${executable}'
    if [ -f "$profile" ]; then
      # Out of the kernel before its file goes, or it would hold until the next start of the computer.
      if apparmor_status --enabled >/dev/null 2>&1 && hash apparmor_parser 2>/dev/null; then
        if ! { [ -x /usr/bin/ischroot ] && /usr/bin/ischroot; }; then apparmor_parser --remove "$profile" || true; fi
      fi
      rm -f "$profile"
    fi
    if hash update-desktop-database 2>/dev/null; then update-desktop-database /usr/share/applications || true; fi
    ;;
esac

if [ "$1" = purge ] && hash getent 2>/dev/null; then
  getent passwd | cut -d: -f6 | sort -u | while read -r home; do
    data="$home/.local/share/hearth"
    if [ -n "$home" ] && [ -d "$data" ]; then
      echo "Kept: $data, with the keys and books of a node. Its owner may delete it; nobody can bring it back then."
    fi
  done
fi

exit 0
