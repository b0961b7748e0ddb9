/** PUM's mark. The words beside it are its name. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <rect width="32" height="32" rx="9" className="fill-brand" />
      <path
        d="M10.5 23.5v-15l12 6.6c1 .55 1 1.95 0 2.5L15 21.7"
        className="fill-none stroke-brand-fg"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
