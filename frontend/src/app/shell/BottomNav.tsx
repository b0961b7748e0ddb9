import { Link } from '@tanstack/react-router'
import { LayoutDashboard, Menu, Plus, Radio, Users } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '@/api/session'
import { m } from '@/paraglide/messages.js'
import { LiveCount } from './LiveCount'
import { MoreDrawer } from './MoreDrawer'

const ITEM =
  'flex h-full flex-col items-center justify-center gap-1 text-2xs font-medium text-fg-3 aria-[current=page]:text-brand-text'

/** The places a thumb can reach; the rest is under More. */
export function BottomNav() {
  const can = useCan()
  const [more, setMore] = useState(false)
  return (
    <>
      <nav
        aria-label={m.nav_main()}
        // What takes the foot of the page for itself says so, such as the bar over ticked rows.
        className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] [body:has([data-takes-foot])_&]:hidden lg:hidden"
      >
        <ul className="grid h-15 auto-cols-fr grid-flow-col">
          <li>
            <Link to="/" activeOptions={{ exact: true }} className={ITEM}>
              <LayoutDashboard aria-hidden className="size-5" />
              {m.nav_home()}
            </Link>
          </li>
          {can('users.view') && (
            <li>
              <Link to="/users" activeOptions={{ includeSearch: false }} className={ITEM}>
                <Users aria-hidden className="size-5" />
                {m.nav_users()}
              </Link>
            </li>
          )}
          {can('invites.create') && (
            <li>
              <Link
                to="/invites/new"
                className="relative flex h-full flex-col items-center justify-end pb-2 text-2xs font-medium text-fg-3"
              >
                <span className="absolute -top-3 flex size-11 items-center justify-center rounded-card bg-brand text-brand-fg shadow-2">
                  <Plus aria-hidden className="size-5" />
                </span>
                {m.nav_new_invite()}
              </Link>
            </li>
          )}
          {can('streams.view') && (
            <li>
              <Link
                to="/streams"
                activeOptions={{ exact: true, includeSearch: false }}
                className={`${ITEM} relative`}
              >
                <Radio aria-hidden className="size-5" />
                {m.nav_live()}
                <span className="absolute top-1 start-1/2 ms-2">
                  <LiveCount />
                </span>
              </Link>
            </li>
          )}
          <li>
            <button
              type="button"
              aria-haspopup="dialog"
              aria-expanded={more}
              onClick={() => setMore(true)}
              className={`${ITEM} w-full`}
            >
              <Menu aria-hidden className="size-5" />
              {m.nav_more()}
            </button>
          </li>
        </ul>
      </nav>
      <MoreDrawer open={more} onClose={() => setMore(false)} />
    </>
  )
}
