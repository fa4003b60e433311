/** Hearth's mark: a small flame on a warm stone. */
export function Mark() {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className="size-7 shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M16 6q1.3 5 4.8 7.8T24 20a8 8 0 0 1-16 0q0-3 1.6-5.2Q11 17.6 13 17.6q2 0 2-2.4 0-2.6-1-4.6T16 6"
        className="fill-on-accent"
      />
    </svg>
  );
}
