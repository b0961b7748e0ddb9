import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'
import { Logo } from './Logo'

interface PublicLayoutProps {
  /** Progress, above everything else. */
  progress?: ReactNode
  children: ReactNode
}

/** Pages without the shell: one column, one task. */
export function PublicLayout({ progress, children }: PublicLayoutProps) {
  return (
    <div className="beam flex min-h-dvh flex-col items-center px-4 py-8 sm:py-14">
      <header className="mb-8 flex items-center gap-2.5">
        <Logo className="size-8" />
        <span className="text-lg font-semibold tracking-tight">{m.app_name()}</span>
      </header>
      <main className="flex w-full max-w-lg flex-col gap-6">
        {progress}
        <div className="flex flex-col gap-6 rounded-public border border-line bg-surface p-5 shadow-2 sm:p-8">
          {children}
        </div>
      </main>
    </div>
  )
}
