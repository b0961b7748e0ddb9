import { Link } from '@tanstack/react-router'
import { CircleUser, LogOut } from 'lucide-react'
import { useCan } from '@/api/session'
import { Drawer } from '@/components/ui/Drawer'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { m } from '@/paraglide/messages.js'
import { visiblePlaces } from '../nav'
import { LANGUAGES, THEMES, useLanguage, useThemeChoice } from './appearance'
import { ServerBadge } from './ServerBadge'
import { useSignOut } from './use-sign-out'

const ROW =
  'flex min-h-11 w-full items-center gap-3 rounded-control px-2 text-base text-fg hover:bg-sunken aria-[current=page]:bg-brand-soft'

/** Everything that has no place in the bottom nav. */
export function MoreDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const can = useCan()
  const [theme, setTheme] = useThemeChoice()
  const [language, setLanguage] = useLanguage()
  const signOut = useSignOut()
  return (
    <Drawer side="bottom" open={open} onClose={onClose} title={m.nav_more()}>
      <div className="flex flex-col gap-4">
        <ServerBadge />
        <nav aria-label={m.nav_more()}>
          <ul>
            {visiblePlaces(can).map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link to={to} onClick={onClose} className={ROW}>
                  <Icon aria-hidden className="size-5 text-fg-3" />
                  {label()}
                </Link>
              </li>
            ))}
            <li>
              <Link to="/account" onClick={onClose} className={ROW}>
                <CircleUser aria-hidden className="size-5 text-fg-3" />
                {m.nav_account()}
              </Link>
            </li>
            <li>
              <button type="button" onClick={signOut} className={ROW}>
                <LogOut aria-hidden className="size-5 text-fg-3" />
                {m.nav_sign_out()}
              </button>
            </li>
          </ul>
        </nav>
        <div className="flex flex-wrap gap-3">
          <SegmentedControl
            label={m.theme_label()}
            iconOnly
            value={theme}
            onChange={setTheme}
            options={THEMES.map(({ value, label, icon }) => ({ value, label: label(), icon }))}
          />
          <SegmentedControl
            label={m.language_label()}
            value={language}
            onChange={setLanguage}
            options={LANGUAGES}
          />
        </div>
      </div>
    </Drawer>
  )
}
