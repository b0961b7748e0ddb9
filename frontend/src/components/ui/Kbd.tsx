import type { ReactNode } from 'react'

/** A key to press. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-small border border-line bg-sunken px-1.5 py-0.5 font-sans text-2xs text-fg-2">
      {children}
    </kbd>
  )
}
