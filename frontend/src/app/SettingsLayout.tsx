import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useCan } from '@/api/session'
import { Select } from '@/components/ui/Select'
import { useMedia } from '@/components/ui/use-media'
import { m } from '@/paraglide/messages.js'
import { visibleSections } from './settings-sections'

/** The settings: sections at the start (a select on phones), one column beside them. */
export function SettingsLayout() {
  const can = useCan()
  const navigate = useNavigate()
  const here = useRouterState({ select: (state) => state.location.pathname })
  const wide = useMedia('(min-width: 64rem)')
  const sections = visibleSections(can)
  return (
    <div className="flex flex-col gap-6 lg:flex-row lg:gap-10">
      {wide ? (
        <nav aria-label={m.settings_sections()} className="w-44 shrink-0 pt-12">
          <ul className="flex flex-col gap-0.5">
            {sections.map(({ to, label }) => (
              <li key={to}>
                <Link
                  to={to}
                  className="flex h-9 items-center rounded-control px-3 text-sm font-medium text-fg-2 hover:bg-sunken hover:text-fg aria-[current=page]:bg-brand-soft aria-[current=page]:text-brand-text"
                >
                  {label()}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      ) : (
        <Select
          aria-label={m.settings_sections()}
          value={here}
          onChange={(event) => {
            const section = sections.find(({ to }) => to === event.target.value)
            if (section) void navigate({ to: section.to })
          }}
          options={sections.map(({ to, label }) => ({ value: to, label: label() }))}
        />
      )}
      <div className="w-full max-w-180 min-w-0">
        <Outlet />
      </div>
    </div>
  )
}
