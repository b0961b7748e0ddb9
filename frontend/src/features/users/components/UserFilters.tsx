import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useInviteName } from '@/api/invite'
import { libraryChoicesQuery } from '@/api/library-choices'
import { Button } from '@/components/ui/Button'
import { AppliedFilter, FacetFilter, FilterBar, SearchFilter } from '@/components/ui/FilterBar'
import { m } from '@/paraglide/messages.js'
import { USER_FLAGS, USER_STATES, type UsersSearch } from '../routes'
import { FLAGS, STATES, yesNo } from './words'

const MoreFilters = lazy(() => import('./MoreFilters'))

export interface UserFiltersProps {
  search: UsersSearch
  onChange: (change: Partial<UsersSearch>) => void
}

/** Search, the two filters of every day, the rest behind a button, and what applies. */
export function UserFilters({
  search,
  onChange,
  children,
}: UserFiltersProps & { children: React.ReactNode }) {
  const libraries = useQuery(libraryChoicesQuery).data?.items ?? []
  const [more, setMore] = useState(false)
  return (
    <FilterBar>
      <SearchFilter
        label={m.users_search()}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <FacetFilter
        label={m.list_status()}
        value={search.state}
        onChange={(state) => onChange({ state })}
        options={USER_STATES.map((value) => ({ value, label: STATES[value].label() }))}
      />
      <FacetFilter
        label={m.users_filter_library()}
        value={search.library}
        onChange={(library) => onChange({ library })}
        options={libraries.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <Button icon={SlidersHorizontal} aria-haspopup="dialog" onClick={() => setMore(true)}>
        <span className="max-sm:sr-only">{m.users_filters()}</span>
      </Button>
      <div className="ms-auto flex items-center gap-2">{children}</div>
      <Applied search={search} onChange={onChange} />
      {more && (
        <Suspense>
          <MoreFilters search={search} onChange={onChange} onClose={() => setMore(false)} />
        </Suspense>
      )}
    </FilterBar>
  )
}

/** One chip for each filter, which takes it away. */
function Applied({ search, onChange }: UserFiltersProps) {
  const libraries = useQuery(libraryChoicesQuery).data?.items
  const { state, library, tag, invite_id, expiring_days, inactive_days } = search
  const inviteName = useInviteName(invite_id)
  const title = libraries?.find(({ id }) => id === library)?.title
  const chips: [keyof UsersSearch, string | undefined | false][] = [
    ['state', state && `${m.list_status()}: ${STATES[state].label()}`],
    ['library', library && `${m.users_filter_library()}: ${title ?? '…'}`],
    ['tag', tag && `${m.users_filter_tag()}: ${tag}`],
    [
      'invite_id',
      invite_id &&
        (inviteName ? m.history_of_invite_named({ name: inviteName }) : m.history_of_invite()),
    ],
    [
      'expiring_days',
      expiring_days !== undefined && m.users_filter_expiring_in({ count: expiring_days }),
    ],
    [
      'inactive_days',
      inactive_days !== undefined && m.users_filter_inactive_for({ count: inactive_days }),
    ],
    ...USER_FLAGS.map((flag): [keyof UsersSearch, string | undefined] => {
      const value = search[flag]
      return [flag, value === undefined ? undefined : `${FLAGS[flag]()}: ${yesNo(value)}`]
    }),
  ]
  return chips.map(
    ([key, words]) =>
      words && (
        <AppliedFilter key={key} label={words} onRemove={() => onChange({ [key]: undefined })} />
      ),
  )
}
