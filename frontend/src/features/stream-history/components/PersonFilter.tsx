import { queryOptions, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { userNamesQuery } from '@/api/user'
import { AppliedFilter } from '@/components/ui/FilterBar'
import { Suggest } from '@/components/ui/Suggest'
import { m } from '@/paraglide/messages.js'

const nameQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'name', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
  })

interface PersonFilterProps {
  id: string | undefined
  onChange: (id: string | undefined) => void
  className: string
}

/** One person, by the first letters of their name. */
export function PersonFilter({ id, onChange, className }: PersonFilterProps) {
  const [typed, setTyped] = useState('')
  const asked = useDeferredValue(typed.trim())
  const found = useQuery({ ...userNamesQuery(asked), enabled: asked !== '' && id === undefined })
  const chosen = useQuery({ ...nameQuery(id ?? ''), enabled: id !== undefined })
  if (id !== undefined)
    return (
      <AppliedFilter
        label={m.stream_of_person({ name: chosen.data?.username ?? '…' })}
        onRemove={() => onChange(undefined)}
      />
    )
  const people = asked === '' ? [] : (found.data?.items ?? [])
  return (
    <div className={className}>
      <Suggest
        label={m.stream_person()}
        suggestions={people.map(({ id: key, username }) => ({ id: key, name: username }))}
        onType={setTyped}
        onPick={onChange}
      />
    </div>
  )
}
