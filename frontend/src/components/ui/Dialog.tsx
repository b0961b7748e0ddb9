import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { m } from '@/paraglide/messages.js'
import { IconButton } from './IconButton'
import { LayerContext } from './layer-context'

export interface LayerProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  /** Buttons; they stay in sight while the body scrolls. */
  footer?: ReactNode
  /** On its way: what can no longer be called off cannot be closed as if it were. */
  busy?: boolean
  children: ReactNode
}

/** A question or a short task over the page. Traps focus, gives it back, closes on Escape. */
export function Dialog({
  wide,
  ...rest
}: LayerProps & {
  wide?: boolean
}) {
  return (
    <Layer
      {...rest}
      className={clsx(
        'dialog inset-x-4 top-1/2 mx-auto max-h-[calc(100dvh-2rem)] -translate-y-1/2 rounded-card',
        wide ? 'max-w-2xl' : 'max-w-lg',
      )}
    />
  )
}

/** What the dialogs and drawers share. */
export function Layer({
  open,
  onClose,
  title,
  description,
  footer,
  busy = false,
  children,
  className,
}: LayerProps & { className: string }) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && !busy && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="scrim fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          ref={popup}
          className={clsx(
            'fixed z-40 flex flex-col border border-line bg-surface text-fg shadow-3 outline-none',
            className,
          )}
        >
          <LayerContext value={popup}>
            <header className="flex items-start justify-between gap-3 px-5 pt-4 pb-3">
              <div className="min-w-0 pt-1.5">
                <Base.Title className="text-lg font-semibold">{title}</Base.Title>
                {description && (
                  <Base.Description className="mt-1 text-sm text-fg-2">
                    {description}
                  </Base.Description>
                )}
              </div>
              <Base.Close
                disabled={busy}
                render={<IconButton icon={X} label={m.ui_close()} className="-me-2" />}
              />
            </header>
            <div
              // Without anything to press in it, it could not be scrolled by keyboard.
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable.
              tabIndex={0}
              className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5 -outline-offset-2"
            >
              {children}
            </div>
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
                {footer}
              </footer>
            )}
          </LayerContext>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
