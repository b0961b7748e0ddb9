import { Toast as Base } from '@base-ui/react/toast'
import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { m } from '@/paraglide/messages.js'
import { IconButton } from './IconButton'

const manager = Base.createToastManager()
const SHOWN_MS = 5000

interface ToastAction {
  label: string
  /** How long it can be taken; 5 s unless said. */
  forMs?: number
  onSelect: () => void
}

/** Says briefly that something happened. Usable outside of components. */
export const toast = {
  /** Goes away by itself, with an action as long as that makes sense. */
  ok(title: string, action?: ToastAction) {
    const id: string = manager.add({
      title,
      type: 'ok',
      timeout: action?.forMs ?? SHOWN_MS,
      ...(action && {
        actionProps: {
          children: action.label,
          onClick: () => {
            manager.close(id)
            action.onSelect()
          },
        },
      }),
    })
  },
  /** Stays until it is closed. */
  error(title: string, description?: string) {
    manager.add({
      title,
      type: 'bad',
      timeout: 0,
      priority: 'high',
      ...(description && { description }),
    })
  },
}

/** Where toasts appear. Once, around the app. */
export function Toasts() {
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport
          aria-label={m.ui_notifications()}
          className="fixed inset-x-4 bottom-[calc(5rem+env(safe-area-inset-bottom))] z-60 flex flex-col gap-2 outline-none sm:inset-s-auto sm:w-90 lg:bottom-6 lg:inset-e-6"
        >
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function ToastList() {
  const { toasts } = Base.useToastManager()
  return toasts.map((item) => {
    const bad = item.type === 'bad'
    const Icon = bad ? CircleAlert : CircleCheck
    return (
      <Base.Root
        key={item.id}
        toast={item}
        className="toast rounded-tile border border-line bg-raised text-fg shadow-2"
      >
        <Base.Content className="flex items-start gap-3 py-2 ps-4 pe-2">
          <Icon
            aria-hidden
            className={clsx('mt-2 size-4.5 shrink-0', bad ? 'text-bad' : 'text-ok')}
          />
          <div className="min-w-0 flex-1 py-1.5">
            <Base.Title className="text-sm font-medium" />
            <Base.Description className="text-sm text-fg-2" />
            <Base.Action className="mt-1 text-sm font-medium text-brand-text underline-offset-4 hover:underline" />
          </div>
          <Base.Close render={<IconButton icon={X} label={m.ui_close()} />} />
        </Base.Content>
      </Base.Root>
    )
  })
}
