import { m } from '@/paraglide/messages.js'
import { DateInput } from './ui/DateInput'

interface Days {
  from?: string | undefined
  to?: string | undefined
}

/** From which day to which, both in it, each without an end where it is empty. */
export function DayRange({ from, to, onChange }: Days & { onChange: (change: Days) => void }) {
  return (
    // Wraps as one where there is no room for both.
    <div className="flex items-center gap-2 max-sm:contents">
      <div className="w-38 max-sm:w-[calc(50%-0.25rem)]">
        <DateInput
          aria-label={m.history_from()}
          title={m.history_from()}
          max={to}
          value={from ?? ''}
          onChange={(event) => onChange({ from: event.target.value || undefined })}
        />
      </div>
      <span aria-hidden className="text-fg-3 max-sm:hidden">
        –
      </span>
      <div className="w-38 max-sm:w-[calc(50%-0.25rem)]">
        <DateInput
          aria-label={m.history_to()}
          title={m.history_to()}
          min={from}
          value={to ?? ''}
          onChange={(event) => onChange({ to: event.target.value || undefined })}
        />
      </div>
    </div>
  )
}
