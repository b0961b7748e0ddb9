import { m } from '@/paraglide/messages.js'
import { Button } from './ui/Button'

interface SaveBarProps {
  busy: boolean
  /** What saving is called here. */
  label?: string
  onDiscard: () => void
}

/** Appears when something was changed. Belongs inside the form that it saves. */
export function SaveBar({ busy, label, onDiscard }: SaveBarProps) {
  return (
    <div
      role="status"
      className="sticky bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-10 flex flex-wrap items-center justify-between gap-2 rounded-tile border border-line bg-raised px-4 py-2.5 shadow-2 lg:bottom-4"
    >
      <span className="text-sm text-fg-2">{m.settings_unsaved()}</span>
      <span className="flex gap-2">
        <Button variant="ghost" onClick={onDiscard}>
          {m.settings_discard()}
        </Button>
        <Button type="submit" variant="primary" busy={busy}>
          {label ?? m.settings_save()}
        </Button>
      </span>
    </div>
  )
}
