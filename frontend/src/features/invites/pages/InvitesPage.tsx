import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Plus, Ticket } from 'lucide-react'
import { useCan } from '@/api/session'
import { KeysetList } from '@/components/KeysetList'
import { librariesWords } from '@/components/library-words'
import { orderOf, useNarrow } from '@/components/list-search'
import { Chip } from '@/components/ui/Chip'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { AppliedFilter, FacetFilter, FilterBar, SearchFilter } from '@/components/ui/FilterBar'
import { ButtonLink, Link } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { EndTime, RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'
import { InviteActions } from '../components/InviteActions'
import { inviteName, STATUS, usesWords } from '../components/words'
import { type Invite, invitesQuery } from '../queries'
import { INVITE_SORTS, INVITE_STATUSES } from '../routes'

/** All invites. */
export default function InvitesPage() {
  const search = useSearch({ from: '/shell/invites' })
  const { narrow, clear } = useNarrow(search)
  const can = useCan()
  const list = useInfiniteQuery(invitesQuery(search))
  const create = can('invites.create') && (
    <ButtonLink to="/invites/new" variant="primary" icon={Plus}>
      {m.invites_create()}
    </ButtonLink>
  )

  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.nav_invites()}
        status={list.data && !clear && m.invites_status_line({ count: list.data.total })}
      />
      <FilterBar>
        <SearchFilter
          label={m.invites_search()}
          value={search.q ?? ''}
          onChange={(q) => narrow({ q: q || undefined })}
        />
        <FacetFilter
          label={m.list_status()}
          value={search.status}
          onChange={(status) => narrow({ status })}
          options={INVITE_STATUSES.map((value) => ({ value, label: STATUS[value].label() }))}
        />
        {search.status && (
          <AppliedFilter
            label={`${m.list_status()}: ${STATUS[search.status].label()}`}
            onRemove={() => narrow({ status: undefined })}
          />
        )}
      </FilterBar>
      <KeysetList
        label={m.nav_invites()}
        list={list}
        failed={m.invites_failed()}
        empty={
          <EmptyState icon={Ticket} title={m.invites_empty()} action={create}>
            {m.invites_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns()}
        rowKey={(invite) => invite.id}
        sort={orderOf(search, { by: 'created', order: 'desc' })}
        onSort={({ by, order }) =>
          narrow({ sort: INVITE_SORTS.find((sort) => sort === by), order })
        }
        card={(invite) => <InviteCard invite={invite} />}
      />
    </div>
  )
}

function InviteName({ invite }: { invite: Invite }) {
  return (
    <Link to="/invites/$inviteId" params={{ inviteId: invite.id }} className="font-medium text-fg">
      <bdi>{inviteName(invite)}</bdi>
    </Link>
  )
}

function Status({ invite }: { invite: Invite }) {
  const { label, tone } = STATUS[invite.status]
  return (
    <Chip tone={tone} dot>
      {label()}
    </Chip>
  )
}

function columns(): Column<Invite>[] {
  return [
    {
      id: 'label',
      header: m.invites_col_invite(),
      sortable: true,
      cell: (invite) => (
        <>
          <InviteName invite={invite} />
          <span className="block max-w-64 truncate text-xs text-fg-3">{invite.code}</span>
        </>
      ),
    },
    { id: 'status', header: m.list_status(), cell: (invite) => <Status invite={invite} /> },
    {
      id: 'uses',
      header: m.invites_col_uses(),
      sortable: true,
      cell: (invite) => <span className="num whitespace-nowrap">{usesWords(invite)}</span>,
    },
    {
      id: 'libraries',
      header: m.invites_col_libraries(),
      cell: (invite) => librariesWords(invite.libraries),
    },
    {
      id: 'expires',
      header: m.invites_col_expires(),
      sortable: true,
      cell: (invite) =>
        invite.expires_at ? <EndTime value={invite.expires_at} /> : m.invite_never(),
    },
    {
      id: 'created',
      header: m.invites_col_created(),
      sortable: true,
      cell: (invite) => <RelativeTime value={invite.created_at} />,
    },
    {
      id: 'actions',
      header: m.list_actions(),
      quiet: true,
      align: 'end',
      cell: (invite) => <InviteActions invite={invite} />,
    },
  ]
}

function InviteCard({ invite }: { invite: Invite }) {
  return (
    <div className="flex items-start justify-between gap-3">
      <div className="flex min-w-0 flex-col gap-1.5">
        <InviteName invite={invite} />
        <p className="text-sm text-fg-3">
          {librariesWords(invite.libraries)} · {usesWords(invite)}
        </p>
        <div className="flex flex-wrap items-center gap-2 text-sm text-fg-2">
          <Status invite={invite} />
          {invite.expires_at && <EndTime value={invite.expires_at} />}
        </div>
      </div>
      <InviteActions invite={invite} />
    </div>
  )
}
