import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'
import { Reveal } from './Reveal'
import { Alert } from './ui/Alert'
import { Button } from './ui/Button'

interface ConflictProps {
  /** What somebody else has changed, and what it says now. */
  fields: { name: string; value: ReactNode }[]
  /** Gives up what was typed. */
  onTake: () => void
}

/** Somebody else has saved first: what they changed, and what now. */
export function Conflict({ fields, onTake }: ConflictProps) {
  return (
    <Reveal>
      <Alert
        tone="warn"
        live
        title={m.edit_conflict()}
        action={
          <Button size="sm" onClick={onTake}>
            {m.edit_conflict_take()}
          </Button>
        }
      >
        <p>{m.edit_conflict_text()}</p>
        <ul className="mt-2 list-disc ps-5">
          {fields.map(({ name, value }) => (
            <li key={name}>
              {name}: <bdi className="font-medium">{value}</bdi>
            </li>
          ))}
        </ul>
      </Alert>
    </Reveal>
  )
}
