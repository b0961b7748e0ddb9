import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { AppliedFilter } from '@/components/ui/FilterBar'
import { CONTROL } from '@/components/ui/Input'
import { m } from '@/paraglide/messages.js'

// More names than that need more letters.
const OFFERED = 20

const namesQuery = (q: string) =>
  queryOptions({
    queryKey: ['users', 'names', q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users', { params: { query: { q, limit: OFFERED } }, signal })),
    placeholderData: keepPreviousData,
  })

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

/** One person, by the first letters of their name. The browser's own list offers who fits. */
export function PersonFilter({ id, onChange, className }: PersonFilterProps) {
  const list = useId()
  const [typed, setTyped] = useState('')
  const asked = useDeferredValue(typed.trim())
  const found = useQuery({ ...namesQuery(asked), enabled: asked !== '' && id === undefined })
  const chosen = useQuery({ ...nameQuery(id ?? ''), enabled: id !== undefined })
  if (id !== undefined)
    return (
      <AppliedFilter
        label={m.stream_of_person({ name: chosen.data?.username ?? '…' })}
        onRemove={() => onChange(undefined)}
      />
    )
  const people = asked === '' ? [] : (found.data?.items ?? [])
  const take = (text: string) => {
    setTyped(text)
    const person = people.find(({ username }) => username === text)
    if (!person) return
    setTyped('')
    onChange(person.id)
  }
  return (
    <div className={className}>
      <input
        type="text"
        list={list}
        autoComplete="off"
        aria-label={m.stream_person()}
        placeholder={m.stream_person()}
        maxLength={200}
        value={typed}
        onChange={(event) => take(event.target.value)}
        className={CONTROL}
      />
      <datalist id={list}>
        {people.map(({ id: key, username }) => (
          <option key={key} value={username} />
        ))}
      </datalist>
    </div>
  )
}
