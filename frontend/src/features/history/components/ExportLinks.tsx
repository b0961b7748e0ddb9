import { Download } from 'lucide-react'
import { useCan } from '@/api/session'
import { buttonClass } from '@/components/ui/button-style'
import { m } from '@/paraglide/messages.js'
import { exportAddress, type HistoryFilters } from '../queries'

const FORMATS = [
  { format: 'csv', label: m.history_export_csv },
  { format: 'json', label: m.history_export_json },
] as const

/** Everything that fits the filters, as a file. */
export function ExportLinks({ filters }: { filters: HistoryFilters }) {
  const can = useCan()
  if (!can('history.export')) return null
  return FORMATS.map(({ format, label }) => (
    <a
      key={format}
      href={exportAddress(filters, format)}
      download={`history.${format}`}
      className={buttonClass('secondary')}
    >
      <Download aria-hidden className="size-4" />
      {label()}
    </a>
  ))
}
