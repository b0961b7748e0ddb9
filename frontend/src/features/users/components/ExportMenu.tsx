import { Download } from 'lucide-react'
import { useCan } from '@/api/session'
import { buttonClass } from '@/components/ui/button-style'
import { Menu, MenuItem } from '@/components/ui/Menu'
import { basePath } from '@/lib/base'
import { m } from '@/paraglide/messages.js'
import { asked } from '../queries'
import type { UsersSearch } from '../routes'

/** Has the browser save everybody who fits the filters. */
function save(search: UsersSearch, format: 'csv' | 'json') {
  const query = new URLSearchParams({ format })
  for (const [key, value] of Object.entries(asked(search))) query.set(key, String(value))
  const link = document.createElement('a')
  link.href = `${basePath()}/api/v1/users/export?${query}`
  link.download = `users.${format}`
  link.click()
}

/** The list as a file, with the filters that apply. */
export function ExportMenu({ search }: { search: UsersSearch }) {
  const can = useCan()
  if (!can('users.export')) return null
  return (
    <Menu
      trigger={
        <button type="button" className={buttonClass('secondary')}>
          <Download aria-hidden className="size-4" />
          {m.users_export()}
        </button>
      }
    >
      <MenuItem onSelect={() => save(search, 'csv')}>{m.users_export_csv()}</MenuItem>
      <MenuItem onSelect={() => save(search, 'json')}>{m.users_export_json()}</MenuItem>
    </Menu>
  )
}
