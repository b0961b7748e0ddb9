import { useInviteName } from '@/api/invite'
import { useUserName } from '@/api/user'
import { DayRange } from '@/components/DayRange'
import { ACTOR_KINDS, actorKind, EVENT_TYPES, eventName } from '@/components/event-words'
import { AppliedFilter, FilterBar, SearchFilter } from '@/components/ui/FilterBar'
import { Select } from '@/components/ui/Select'
import { m } from '@/paraglide/messages.js'
import type { HistoryFilters as Filters } from '../queries'

interface HistoryFiltersProps {
  search: Filters
  onChange: (change: Partial<Filters>) => void
}

/** Text, kind of event, who, and from when to when. */
export function HistoryFilters({ search, onChange }: HistoryFiltersProps) {
  // Beside the kinds of somebody, the address may name one person by their id.
  const kind = ACTOR_KINDS.includes(search.actor ?? '') ? search.actor : undefined
  const userName = useUserName(search.user_id)
  const inviteName = useInviteName(search.invite_id)
  const any = { value: '', label: m.ui_any() }
  return (
    <FilterBar>
      <SearchFilter
        label={m.history_search()}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <div className="w-44 max-sm:w-[calc(50%-0.25rem)]">
        <Select
          aria-label={m.history_type()}
          value={search.type ?? ''}
          onChange={(event) => onChange({ type: event.target.value || undefined })}
          options={[
            { ...any, label: `${m.history_type()}: ${any.label}` },
            ...EVENT_TYPES.map((value) => ({ value, label: eventName(value) })),
          ]}
        />
      </div>
      <div className="w-44 max-sm:w-[calc(50%-0.25rem)]">
        <Select
          aria-label={m.history_actor()}
          value={kind ?? ''}
          onChange={(event) => onChange({ actor: event.target.value || undefined })}
          options={[
            { ...any, label: `${m.history_actor()}: ${any.label}` },
            ...ACTOR_KINDS.map((value) => ({ value, label: actorKind(value) })),
          ]}
        />
      </div>
      <DayRange from={search.from} to={search.to} onChange={onChange} />
      {search.actor && !kind && (
        <AppliedFilter
          label={m.history_of_actor()}
          onRemove={() => onChange({ actor: undefined })}
        />
      )}
      {search.invite_id && (
        <AppliedFilter
          label={
            inviteName ? m.history_of_invite_named({ name: inviteName }) : m.history_of_invite()
          }
          onRemove={() => onChange({ invite_id: undefined })}
        />
      )}
      {search.user_id && (
        <AppliedFilter
          label={userName ? m.history_of_user_named({ name: userName }) : m.history_of_user()}
          onRemove={() => onChange({ user_id: undefined })}
        />
      )}
    </FilterBar>
  )
}
