; What Hearth adds to the Windows installer: an uninstaller that asks what to keep. electron-builder includes this file by its name.
;
; A one-click uninstaller has switched itself to silent by the time it gets here, also where the user is there to be asked; so the
; words on its command line decide, and the questions carry no answer of their own for silence. An update, which uninstalls the
; version before, and `/S` keep everything.

!ifdef BUILD_UNINSTALLER

; all: nothing is removed. keys: what makes this node what it is stays, see src-main/engine/removal.ts. none: nothing stays.
Var HearthKeep

!macro customUnInit
  StrCpy $HearthKeep "all"
  IfFileExists "$LOCALAPPDATA\Hearth\*.*" 0 hearth_asked
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/S" $R1
  IfErrors 0 hearth_asked
  ClearErrors
  ${GetOptions} $R0 "--updated" $R1
  IfErrors 0 hearth_asked
  StrCmp $LANGUAGE 1031 hearth_german
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON1 "Keep what Hearth has stored, so that a later installation goes on from there?$\r$\n$\r$\nSettings, books, keys and backups are in $LOCALAPPDATA\Hearth." IDYES hearth_asked
    StrCpy $HearthKeep "keys"
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON1 "Keep at least the node's identity, its books and the backups?$\r$\n$\r$\nWithout them nobody can bring this node or its earnings back. Hearth's own settings, under Remove everything, also leave the networks in good order." IDYES hearth_asked
    StrCpy $HearthKeep "none"
    Goto hearth_asked
  hearth_german:
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON1 "Behalten, was Hearth gespeichert hat, damit es nach einer neuen Installation dort weitergeht?$\r$\n$\r$\nEinstellungen, Bücher, Schlüssel und Sicherungen liegen in $LOCALAPPDATA\Hearth." IDYES hearth_asked
    StrCpy $HearthKeep "keys"
    MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON1 "Wenigstens die Identität des Knotens, seine Bücher und die Sicherungen behalten?$\r$\n$\r$\nOhne sie kann niemand diesen Knoten oder seine Einnahmen zurückholen. Alles entfernen in den Einstellungen von Hearth meldet ihn auch ordentlich bei den Netzwerken ab." IDYES hearth_asked
    StrCpy $HearthKeep "none"
  hearth_asked:
!macroend

!macro customUnInstall
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "--updated" $R1
  ; Goes on where there is no such word.
  IfErrors 0 hearth_removed
  ; Nothing that is not there any more may be started, at login or by a link.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${APP_ID}"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "${APP_ID}"
  DeleteRegKey HKCU "Software\Classes\hearth"
  StrCmp $HearthKeep "all" hearth_removed
  ; Only names that Hearth gives itself: whatever else lies there is somebody's.
  RMDir /r "$LOCALAPPDATA\Hearth\logs"
  RMDir /r "$LOCALAPPDATA\Hearth\practice"
  RMDir /r "$LOCALAPPDATA\Hearth\window"
  RMDir /r "$LOCALAPPDATA\Hearth\restoring"
  Delete "$LOCALAPPDATA\Hearth\run.json"
  Delete "$LOCALAPPDATA\Hearth\lock"
  Delete "$LOCALAPPDATA\Hearth\lock-journal"
  StrCmp $HearthKeep "keys" hearth_removed
  Delete "$LOCALAPPDATA\Hearth\hearth.db"
  Delete "$LOCALAPPDATA\Hearth\hearth.db-wal"
  Delete "$LOCALAPPDATA\Hearth\hearth.db-shm"
  RMDir /r "$LOCALAPPDATA\Hearth\keys"
  RMDir /r "$LOCALAPPDATA\Hearth\backups"
  !insertmacro HearthRemoveEach "before-restore-*"
  !insertmacro HearthRemoveEach "before-new-*"
  Delete "$APPDATA\Hearth\data-folders.json"
  RMDir "$APPDATA\Hearth"
  RMDir "$LOCALAPPDATA\Hearth"
  hearth_removed:
!macroend

; A removed folder may end the search early, so it begins anew after each.
!macro HearthRemoveEach PATTERN
  !define HearthId ${__LINE__}
  hearth_next_${HearthId}:
  FindFirst $R2 $R3 "$LOCALAPPDATA\Hearth\${PATTERN}"
  FindClose $R2
  StrCmp $R3 "" hearth_none_${HearthId}
  ClearErrors
  RMDir /r "$LOCALAPPDATA\Hearth\$R3"
  IfErrors 0 hearth_next_${HearthId}
  hearth_none_${HearthId}:
  !undef HearthId
!macroend

!endif
