import { Download } from 'lucide-react'
import { m } from '@/paraglide/messages.js'
import { buttonClass } from './ui/button-style'
import { Menu, MenuItem } from './ui/Menu'

type Format = 'csv' | 'json'

interface ExportMenuProps {
  /** What the file is called, without its ending. */
  name: string
  /** Where the browser gets it. */
  address: (format: Format) => string
}

/** A list as a file, with the filters that apply. */
export function ExportMenu({ name, address }: ExportMenuProps) {
  function save(format: Format) {
    const link = document.createElement('a')
    link.href = address(format)
    link.download = `${name}.${format}`
    link.click()
  }
  return (
    <Menu
      trigger={
        <button type="button" className={buttonClass('secondary')}>
          <Download aria-hidden className="size-4" />
          {m.list_export()}
        </button>
      }
    >
      <MenuItem onSelect={() => save('csv')}>{m.list_export_csv()}</MenuItem>
      <MenuItem onSelect={() => save('json')}>{m.list_export_json()}</MenuItem>
    </Menu>
  )
}
