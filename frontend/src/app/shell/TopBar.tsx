import { Link, useRouterState } from '@tanstack/react-router'
import { Plus, Search } from 'lucide-react'
import { useCan } from '@/api/session'
import { Logo } from '@/components/Logo'
import { IconButton } from '@/components/ui/IconButton'
import { Kbd } from '@/components/ui/Kbd'
import { ButtonLink } from '@/components/ui/Link'
import { m } from '@/paraglide/messages.js'

/** Search and the one thing admins come for. */
export function TopBar({ onSearch }: { onSearch: () => void }) {
  const can = useCan()
  // A form has its own primary button.
  const inForm = useRouterState({
    select: ({ location }) => /\/invites\/(new|.+\/edit)$/.test(location.pathname),
  })
  return (
    <header className="sticky top-0 z-20 flex h-15 shrink-0 items-center justify-between gap-3 border-b border-line bg-canvas/85 px-4 backdrop-blur-md sm:px-8">
      <Link to="/" className="flex min-h-11 items-center gap-2.5 lg:hidden">
        <Logo className="size-7.5" />
        <span className="text-lg font-semibold tracking-tight">{m.app_name()}</span>
      </Link>
      <button
        type="button"
        onClick={onSearch}
        className="hidden h-9 w-80 items-center gap-3 rounded-control border border-line bg-surface px-3 text-sm text-fg-3 shadow-1 hover:border-line-strong lg:flex"
      >
        <Search aria-hidden className="size-4" />
        <span className="flex-1 text-start">{m.ui_palette_search()}</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      <div className="flex items-center gap-1">
        <IconButton
          icon={Search}
          label={m.ui_palette_search()}
          onClick={onSearch}
          className="lg:hidden"
        />
        {can('invites.create') && !inForm && (
          <ButtonLink to="/invites/new" variant="primary" icon={Plus} className="max-lg:hidden">
            {m.nav_new_invite()}
          </ButtonLink>
        )}
      </div>
    </header>
  )
}
