import { useInfiniteQuery } from '@tanstack/react-query'
import {
  Clapperboard,
  Image,
  Library as LibraryIcon,
  type LucideIcon,
  Music,
  RefreshCw,
  Tv,
} from 'lucide-react'
import { useCan } from '@/api/session'
import { KeysetList } from '@/components/KeysetList'
import { problemText } from '@/components/problem-text'
import { Button } from '@/components/ui/Button'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { PageHead } from '@/components/ui/PageHead'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { toast } from '@/components/ui/Toast'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Library, librariesQuery, useRefreshLibraries } from '../queries'

const KINDS: Record<string, { icon: LucideIcon; label: () => string }> = {
  movie: { icon: Clapperboard, label: m.library_movie },
  show: { icon: Tv, label: m.library_show },
  artist: { icon: Music, label: m.library_artist },
  photo: { icon: Image, label: m.library_photo },
}
const OTHER = { icon: LibraryIcon, label: m.library_other }

/** What the Plex server offers, as PUM last read it. */
export default function LibrariesPage() {
  const list = useInfiniteQuery(librariesQuery)
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.nav_libraries()}
        status={list.data && m.libraries_status_line({ count: list.data.total })}
        actions={<RefreshButton />}
      />
      <KeysetList
        label={m.nav_libraries()}
        list={list}
        failed={m.libraries_failed()}
        empty={
          <EmptyState icon={LibraryIcon} title={m.libraries_empty()}>
            {m.libraries_empty_text()}
          </EmptyState>
        }
        columns={columns()}
        rowKey={(library) => library.id}
        card={(library) => <LibraryCard library={library} />}
      />
    </div>
  )
}

function RefreshButton() {
  const can = useCan()
  const refresh = useRefreshLibraries()
  if (!can('libraries.refresh')) return null
  return (
    <Button
      icon={RefreshCw}
      busy={refresh.isPending}
      onClick={() =>
        refresh.mutate(undefined, {
          onSuccess: () => toast.ok(m.libraries_refreshing()),
          onError: (error) => toast.error(m.libraries_refresh_failed(), problemText(error)),
        })
      }
    >
      {m.libraries_refresh()}
    </Button>
  )
}

function Title({ library }: { library: Library }) {
  const { icon: Icon } = KINDS[library.kind] ?? OTHER
  return (
    <span className="flex items-center gap-3 font-medium text-fg">
      <Icon aria-hidden className="size-4.5 shrink-0 text-fg-3" />
      <bdi>{library.title}</bdi>
    </span>
  )
}

const kindWords = (library: Library) => (KINDS[library.kind] ?? OTHER).label()

const countWords = (library: Library) =>
  library.item_count == null ? m.library_count_unknown() : number(library.item_count)

function Age({ library }: { library: Library }) {
  return library.refreshed_at ? <RelativeTime value={library.refreshed_at} /> : m.invite_never()
}

function columns(): Column<Library>[] {
  return [
    {
      id: 'title',
      header: m.libraries_col_title(),
      cell: (library) => <Title library={library} />,
    },
    { id: 'kind', header: m.libraries_col_kind(), cell: kindWords },
    { id: 'items', header: m.libraries_col_items(), align: 'end', cell: countWords },
    {
      id: 'refreshed',
      header: m.libraries_col_refreshed(),
      cell: (library) => <Age library={library} />,
    },
  ]
}

function LibraryCard({ library }: { library: Library }) {
  return (
    <div className="flex flex-col gap-1">
      <Title library={library} />
      <p className="num text-sm text-fg-3">
        {kindWords(library)} · {countWords(library)} · <Age library={library} />
      </p>
    </div>
  )
}
