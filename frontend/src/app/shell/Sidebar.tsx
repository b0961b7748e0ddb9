import { Link } from '@tanstack/react-router'
import { useAdmin, useCan } from '@/api/session'
import { Logo } from '@/components/Logo'
import { Avatar } from '@/components/ui/Avatar'
import { m } from '@/paraglide/messages.js'
import { visiblePlaces } from '../nav'
import { AppearanceMenu } from './AppearanceMenu'
import { LiveCount } from './LiveCount'
import { ServerBadge } from './ServerBadge'

/** The places, the server and the account, where there is room for them. */
export function Sidebar() {
  const can = useCan()
  const admin = useAdmin()
  return (
    <aside
      aria-label={m.app_name()}
      className="fixed inset-y-0 inset-s-0 z-20 hidden w-60 flex-col border-e border-line bg-surface lg:flex"
    >
      <Link to="/" className="flex h-15 shrink-0 items-center gap-2.5 px-5">
        <Logo className="size-7.5" />
        <span className="text-lg font-semibold tracking-tight">{m.app_name()}</span>
      </Link>
      <div className="px-3 pb-3">
        <ServerBadge />
      </div>
      <nav aria-label={m.nav_main()} className="min-h-0 flex-1 overflow-y-auto px-3">
        <ul className="flex flex-col gap-0.5">
          {visiblePlaces(can).map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === '/', includeSearch: false }}
                className="group flex h-9 items-center gap-3 rounded-control px-2.5 text-sm font-medium text-fg-2 transition-colors duration-150 hover:bg-sunken hover:text-fg aria-[current=page]:bg-brand-soft aria-[current=page]:text-fg"
              >
                <Icon
                  aria-hidden
                  className="size-4.5 text-fg-3 group-aria-[current=page]:text-brand-text"
                />
                <span className="flex-1">{label()}</span>
                {to === '/streams' && <LiveCount />}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="mx-3 flex items-center gap-1 border-t border-line py-3">
        <Link
          to="/account"
          className="flex min-w-0 flex-1 items-center gap-3 rounded-control p-1.5 hover:bg-sunken"
        >
          <Avatar name={admin.username} src={admin.plex?.thumb} />
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">
              <bdi>{admin.username}</bdi>
            </span>
            <span className="block text-xs text-fg-3">{m.nav_account()}</span>
          </span>
        </Link>
        <AppearanceMenu />
      </div>
    </aside>
  )
}
