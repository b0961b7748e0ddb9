import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { hasCode } from '@/api/problem'
import { m } from '@/paraglide/messages.js'
import { FormProblem } from './form'
import { PlexButton, type PlexSignIn } from './PlexButton'
import { Alert } from './ui/Alert'
import { Button } from './ui/Button'
import { ErrorState } from './ui/ErrorState'
import { FieldSet } from './ui/Field'
import { Radio } from './ui/Radio'
import { ListSkeleton } from './ui/Skeleton'

interface Address {
  uri: string
  local: boolean
  relay: boolean
  reachable: boolean
}

interface Server {
  machine_identifier: string
  name: string
  owned: boolean
  addresses: Address[]
}

/** A server at one of its addresses. */
export interface ServerWay {
  machine_identifier: string
  uri: string
}

interface PlexServerPickerProps {
  /** Gives the list, once somebody has signed in. */
  signIn: PlexSignIn
  signInLabel: string
  servers: UseQueryResult<{ items: Server[] }>
  busy: boolean
  error: unknown
  onChoose: (way: ServerWay) => void
}

/** The servers of the account that has signed in, with the addresses at which PUM reaches them. */
export function PlexServerPicker({ signIn, signInLabel, servers, ...rest }: PlexServerPickerProps) {
  const notYet = hasCode(servers.error, 'plex_token_required')

  if (notYet || signIn.phase !== 'idle')
    return (
      <PlexButton label={signInLabel} variant="primary" signIn={signIn} className="h-11 w-full" />
    )
  if (servers.isPending) return <ListSkeleton rows={2} />
  if (servers.isLoadingError)
    return (
      <ErrorState
        title={m.setup_plex_servers_failed()}
        error={servers.error}
        onRetry={() => void servers.refetch()}
      />
    )
  const owned = servers.data.items.filter((server) => server.owned)
  if (owned.length === 0)
    return (
      <div className="flex flex-col gap-4">
        <Alert tone="warn">{m.setup_plex_none()}</Alert>
        <PlexButton label={signInLabel} signIn={signIn} className="h-11 w-full" />
      </div>
    )
  return <Choice servers={owned} {...rest} />
}

function addressHint(address: Address): string | undefined {
  if (!address.reachable) return m.setup_plex_unreachable()
  if (address.relay) return m.setup_plex_relay()
  return address.local ? m.setup_plex_local() : undefined
}

type ChoiceProps = Pick<PlexServerPickerProps, 'busy' | 'error' | 'onChoose'> & {
  servers: Server[]
}

function Choice({ servers, busy, error, onChoose }: ChoiceProps) {
  const ways = servers.flatMap((server) =>
    server.addresses.map((address) => ({
      server,
      address,
      key: `${server.machine_identifier} ${address.uri}`,
    })),
  )
  const best = ways.find(({ address }) => address.reachable) ?? ways[0]
  const [chosen, setChosen] = useState(best?.key)
  const way = ways.find(({ key }) => key === chosen)
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (way)
          onChoose({
            machine_identifier: way.server.machine_identifier,
            uri: way.address.uri,
          })
      }}
    >
      <FormProblem error={error} />
      <p className="text-sm text-fg-3">{m.setup_plex_pick_help()}</p>
      {servers.map((server) => (
        <FieldSet key={server.machine_identifier} legend={<bdi>{server.name}</bdi>}>
          <div className="rounded-tile border border-line px-4 py-1">
            {ways
              .filter((one) => one.server === server)
              .map(({ address, key }) => (
                <Radio
                  key={key}
                  name="address"
                  checked={key === chosen}
                  onChange={() => setChosen(key)}
                  label={<span className="break-all">{address.uri}</span>}
                  help={addressHint(address)}
                />
              ))}
          </div>
        </FieldSet>
      ))}
      <Button type="submit" variant="primary" size="lg" disabled={!way} busy={busy}>
        {m.setup_plex_use()}
      </Button>
    </form>
  )
}
