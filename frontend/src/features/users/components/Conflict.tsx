import { useQuery } from '@tanstack/react-query'
import { libraryChoicesQuery } from '@/api/library-choices'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { date } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { STATES, seesWords, userField, yesNo } from './words'

interface ConflictProps {
  /** What somebody else has changed. */
  fields: string[]
  /** The user with their changes. */
  theirs: User
  /** Gives up what was typed. */
  onTake: () => void
}

/** Somebody else has saved first: what they changed, and what now. */
export function Conflict({ fields, theirs, onTake }: ConflictProps) {
  const known = useQuery(libraryChoicesQuery).data?.items
  const value = (field: string): string => {
    switch (field) {
      case 'libraries':
        return seesWords(theirs.libraries ?? theirs.kept?.libraries, known)
      case 'access_expires_at':
        return theirs.access_expires_at ? date(theirs.access_expires_at) : m.invite_never()
      case 'notes':
        return theirs.notes ?? '–'
      case 'tags':
        return theirs.tags.join(', ') || '–'
      case 'discord':
      case 'discord_id':
        return theirs.discord?.id ?? '–'
      case 'state':
        return STATES[theirs.state].label()
      case 'allow_downloads':
      case 'allow_4k_transcode':
      case 'purge_whitelisted':
      case 'bot_whitelisted':
      case 'blocked':
        return yesNo(theirs[field])
      default:
        return ''
    }
  }
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
            {userField(field)}: <bdi className="font-medium">{value(field)}</bdi>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
