import { useQuery } from '@tanstack/react-query'
import { libraryChoicesQuery } from '@/api/library-choices'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { valueWords } from './field-words'
import { userField } from './words'

interface ConflictProps {
  /** What somebody else has changed. */
  fields: string[]
  /** The user with their changes. */
  theirs: User
  /** Gives up what was typed. */
  onTake: () => void
}

/** Where the changed field has another name, or another place, in what is shown of a user. */
function shownValue(field: string, user: User): unknown {
  if (field === 'libraries') return user.libraries ?? user.kept?.libraries
  if (field === 'discord_id' || field === 'discord') return user.discord?.id
  return Object.entries(user).find(([name]) => name === field)?.[1]
}

/** Somebody else has saved first: what they changed, and what now. */
export function Conflict({ fields, theirs, onTake }: ConflictProps) {
  const known = useQuery(libraryChoicesQuery).data?.items
  return (
    <Alert
      tone="warn"
      live
      title={m.user_conflict()}
      action={
        <Button size="sm" onClick={onTake}>
          {m.user_conflict_take()}
        </Button>
      }
    >
      <p>{m.user_conflict_text()}</p>
      <ul className="mt-2 list-disc ps-5">
        {fields.map((field) => (
          <li key={field}>
            {userField(field)}:{' '}
            <bdi className="font-medium">{valueWords(field, shownValue(field, theirs), known)}</bdi>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
