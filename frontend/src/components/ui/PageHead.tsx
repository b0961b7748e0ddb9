import { type ReactNode, useEffect, useRef } from 'react'
import { m } from '@/paraglide/messages.js'

interface PageHeadProps {
  title: string
  /** One plain sentence about how things stand. */
  status?: ReactNode
  actions?: ReactNode
}

/** The head of a page: sets the window's title and takes the focus after a navigation. */
export function PageHead({ title, status, actions }: PageHeadProps) {
  const ref = useFocusOnMount()
  useEffect(() => {
    document.title = `${title} · ${m.app_name()}`
  }, [title])
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        <h1 ref={ref} tabIndex={-1} className="text-2xl">
          {title}
        </h1>
        {status && <div className="mt-1 text-base text-fg-2">{status}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  )
}

/** Moves the focus to a heading when it appears, unless something in the page already has it. */
export function useFocusOnMount() {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const active = document.activeElement
    if (active instanceof HTMLElement && active.matches('input, textarea, select, dialog *')) return
    ref.current?.focus({ preventScroll: true })
  }, [])
  return ref
}
