/** @jsxImportSource preact */
import { endText } from '@/lib/ends'
import { m } from '@/paraglide/messages.js'
import { Icon } from '../icons'
import { Actions, Head, LinkButton } from '../parts'
import { termsOf } from '../screen'
import { Libraries, membershipText } from '../terms'
import { Named } from '../words'
import type { ScreenProps } from './props'

export const PLEX_WEB = 'https://app.plex.tv'
const PLEX_APPS = 'https://www.plex.tv/apps-devices/'

/** They are in: where to watch, what, and until when. */
export function Done({ model }: ScreenProps) {
  const terms = termsOf(model)
  const server = terms?.server_name ?? 'Plex'
  const end = model.redemption?.access_expires_at
  return (
    <>
      <Head
        mark={{ icon: 'check', tone: 'ok' }}
        heading={m.guest_done_heading()}
        lead={<Named name={server} say={(slot) => m.guest_done_lead({ server: slot })} />}
      />
      {terms && <Libraries libraries={terms.libraries} all={terms.all_libraries} />}
      {terms && (
        <p class="flex items-center gap-2.5 text-base text-fg-2">
          <span class="text-fg-3">
            <Icon name="calendar" class="size-4" />
          </span>
          {end ? m.guest_done_until({ date: endText(end) }) : membershipText(terms)}
        </p>
      )}
      <OpenPlex />
      <p class="text-center text-sm text-balance text-fg-3">
        <Named name={server} say={(slot) => m.guest_done_server({ server: slot })} />
      </p>
    </>
  )
}

/** They had access before: told kindly, nothing spent. */
export function AlreadyMember({ model }: ScreenProps) {
  const server = termsOf(model)?.server_name ?? 'Plex'
  return (
    <>
      <Head
        mark={{ icon: 'check', tone: 'ok' }}
        heading={m.guest_member_heading()}
        lead={<Named name={server} say={(slot) => m.guest_member_lead({ server: slot })} />}
      />
      <OpenPlex />
    </>
  )
}

function OpenPlex() {
  return (
    <Actions>
      <LinkButton href={PLEX_WEB} icon="play" primary>
        {m.guest_open_plex()}
      </LinkButton>
      <LinkButton href={PLEX_APPS} icon="device">
        {m.guest_get_apps()}
      </LinkButton>
    </Actions>
  )
}
