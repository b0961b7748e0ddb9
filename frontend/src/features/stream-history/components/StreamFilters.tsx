import { useQuery } from '@tanstack/react-query'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { DayRange } from '@/components/DayRange'
import { kindName, STREAM_KINDS } from '@/components/stream-words'
import { AppliedFilter, FilterBar, SearchFilter } from '@/components/ui/FilterBar'
import { Select } from '@/components/ui/Select'
import { Suggest } from '@/components/ui/Suggest'
import { m } from '@/paraglide/messages.js'
import type { StreamHistorySearch } from '../routes'
import { PersonFilter } from './PersonFilter'

interface StreamFiltersProps {
  search: StreamHistorySearch
  /** What it may be narrowed to: those that are seen here. */
  players: string[]
  onChange: (change: Partial<StreamHistorySearch>) => void
  /** The list is about one person anyway. */
  ofPerson?: boolean
}

const SIZE = 'w-38 max-sm:w-[calc(50%-0.25rem)]'

/** Text, person, library, kind, player, and from when to when. */
export function StreamFilters({ search, players, onChange, ofPerson }: StreamFiltersProps) {
  const can = useCan()
  const libraries = useQuery({ ...libraryChoicesQuery, enabled: can('libraries.view') }).data?.items
  const any = (name: string) => ({ value: '', label: `${name}: ${m.ui_any()}` })
  return (
    <FilterBar>
      <SearchFilter
        label={ofPerson ? m.stream_history_search_title() : m.stream_history_search()}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      {!ofPerson && can('users.view') && (
        <PersonFilter
          id={search.user_id}
          onChange={(user_id) => onChange({ user_id })}
          className={SIZE}
        />
      )}
      <div className={SIZE}>
        <Select
          aria-label={m.stream_kind()}
          value={search.kind ?? ''}
          onChange={(event) => onChange({ kind: event.target.value || undefined })}
          options={[
            any(m.stream_kind()),
            ...STREAM_KINDS.map((value) => ({ value, label: kindName(value) })),
          ]}
        />
      </div>
      {libraries && (
        <div className={SIZE}>
          <Select
            aria-label={m.stream_detail_library()}
            value={search.library ?? ''}
            onChange={(event) => onChange({ library: event.target.value || undefined })}
            options={[
              any(m.stream_detail_library()),
              ...libraries.map(({ id, title }) => ({ value: id, label: title })),
            ]}
          />
        </div>
      )}
      {search.player ? (
        <AppliedFilter
          label={m.stream_on_player({ player: search.player })}
          onRemove={() => onChange({ player: undefined })}
        />
      ) : (
        <div className={SIZE}>
          <Suggest
            label={m.stream_detail_player()}
            suggestions={players.map((name) => ({ id: name, name }))}
            onPick={(player) => onChange({ player })}
            onOther={(player) => onChange({ player })}
          />
        </div>
      )}
      <DayRange from={search.from} to={search.to} onChange={onChange} />
    </FilterBar>
  )
}
