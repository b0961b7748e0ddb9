import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schema } from '@/api/client'
import { hasCode } from '@/api/problem'
import { FormProblem } from '@/components/form'
import { PlexButton } from '@/components/PlexButton'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { ErrorState } from '@/components/ui/ErrorState'
import { FieldSet } from '@/components/ui/Field'
import { Radio } from '@/components/ui/Radio'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { plexServersQuery, useOwnerSignIn, useSavePlex } from '../queries'

type Server = Schema<'PlexServerChoice'>
type Address = Schema<'ServerAddress'>

/** The servers of the owner's account, with the addresses at which PUM reaches them. */
export function PlexServerPicker() {
  const signIn = useOwnerSignIn()
  const servers = useQuery(plexServersQuery)
  const notYet = hasCode(servers.error, 'plex_token_required')

  if (notYet || signIn.phase !== 'idle')
    return (
      <PlexButton
        label={m.plex_sign_in()}
        variant="primary"
        signIn={signIn}
        className="h-11 w-full"
      />
    )
  if (servers.isPending) return <ListSkeleton rows={2} />
  if (servers.isError)
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
        <PlexButton label={m.plex_sign_in()} signIn={signIn} className="h-11 w-full" />
      </div>
    )
  return <Choice servers={owned} />
}

function addressHint(address: Address): string | undefined {
  if (!address.reachable) return m.setup_plex_unreachable()
  if (address.relay) return m.setup_plex_relay()
  return address.local ? m.setup_plex_local() : undefined
}

function Choice({ servers }: { servers: Server[] }) {
  const ways = servers.flatMap((server) =>
    server.addresses.map((address) => ({
      server,
      address,
      key: `${server.machine_identifier} ${address.uri}`,
    })),
  )
  const best = ways.find(({ address }) => address.reachable) ?? ways[0]
  const [chosen, setChosen] = useState(best?.key)
  const save = useSavePlex()
  const way = ways.find(({ key }) => key === chosen)
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (way)
          save.mutate({
            machine_identifier: way.server.machine_identifier,
            uri: way.address.uri,
          })
      }}
    >
      <FormProblem error={save.error} />
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
      <Button type="submit" variant="primary" size="lg" disabled={!way} busy={save.isPending}>
        {m.setup_plex_use()}
      </Button>
    </form>
  )
}
