import { Download } from 'lucide-react'
import { useCan } from '@/api/session'
import { buttonClass } from '@/components/ui/button-style'
import { Menu, MenuItem } from '@/components/ui/Menu'
import { m } from '@/paraglide/messages.js'
import { exportAddress, type HistoryFilters } from '../queries'

function save(filters: HistoryFilters, format: 'csv' | 'json') {
  const link = document.createElement('a')
  link.href = exportAddress(filters, format)
  link.download = `history.${format}`
  link.click()
}

/** Everything that fits the filters, as a file. */
export function ExportMenu({ filters }: { filters: HistoryFilters }) {
  const can = useCan()
  if (!can('history.export')) return null
  return (
    <Menu
      trigger={
        <button type="button" className={buttonClass('secondary')}>
          <Download aria-hidden className="size-4" />
          {m.history_export()}
        </button>
      }
    >
      <MenuItem onSelect={() => save(filters, 'csv')}>{m.history_export_csv()}</MenuItem>
      <MenuItem onSelect={() => save(filters, 'json')}>{m.history_export_json()}</MenuItem>
    </Menu>
  )
}
