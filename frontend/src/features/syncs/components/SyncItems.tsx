import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { factName, factText, removedText, type TitleOf } from '@/components/fact-words'
import { KeysetList } from '@/components/KeysetList'
import { useNarrow } from '@/components/list-search'
import { driftText, SYNC_KINDS, syncKind, syncProblem } from '@/components/sync-words'
import { Chip } from '@/components/ui/Chip'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { AppliedFilter, FacetFilter, FilterBar, SearchFilter } from '@/components/ui/FilterBar'
import { Link } from '@/components/ui/Link'
import { m } from '@/paraglide/messages.js'
import { type SyncItem, syncItemsQuery } from '../queries'
import type { SyncSearch } from '../routes'

/** What a sync found about whom, with what was before. */
export function SyncItems({ id, search }: { id: string; search: SyncSearch }) {
  const can = useCan()
  const { narrow, clear } = useNarrow(search)
  const list = useInfiniteQuery(syncItemsQuery(id, search))
  const libraries = useQuery({ ...libraryChoicesQuery, enabled: can('libraries.view') }).data?.items
  const titles = new Map(libraries?.map((library) => [library.id, library.title]))
  const titleOf: TitleOf = (library) => titles.get(library)
  const { q, kind } = search
  return (
    <div className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{m.sync_items()}</h2>
      <FilterBar>
        <SearchFilter
          label={m.sync_search()}
          value={q ?? ''}
          onChange={(next) => narrow({ q: next || undefined })}
        />
        <FacetFilter
          label={m.sync_filter()}
          value={kind}
          onChange={(next) => narrow({ kind: next })}
          options={SYNC_KINDS.map((value) => ({ value, label: syncKind(value).label }))}
        />
        {kind && (
          <AppliedFilter
            label={syncKind(kind).label}
            onRemove={() => narrow({ kind: undefined })}
          />
        )}
      </FilterBar>
      <KeysetList
        label={m.sync_items()}
        list={list}
        failed={m.sync_items_failed()}
        empty={
          <EmptyState icon={CircleCheck} title={m.sync_items_empty()}>
            {m.sync_items_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns(titleOf)}
        rowKey={(item) => `${item.kind} ${item.user_id ?? item.name}`}
        card={(item) => (
          <div className="flex flex-col gap-2">
            <div className="flex items-start justify-between gap-3">
              <Who item={item} />
              <KindChip item={item} />
            </div>
            <What item={item} titleOf={titleOf} />
          </div>
        )}
      />
    </div>
  )
}

function Who({ item: { user_id, name } }: { item: SyncItem }) {
  if (!user_id)
    return (
      <span className="font-medium text-fg">
        <bdi>{name}</bdi>
      </span>
    )
  return (
    <Link to="/users/$userId" params={{ userId: user_id }} className="text-fg">
      <bdi>{name}</bdi>
    </Link>
  )
}

function KindChip({ item }: { item: SyncItem }) {
  const { label, tone } = syncKind(item.kind)
  return (
    <Chip tone={tone} dot>
      {label}
    </Chip>
  )
}

/** Old and new, field by field, and why. */
function What({ item, titleOf }: { item: SyncItem; titleOf: TitleOf }) {
  const { kind, changes, reason, detail } = item
  const why =
    driftText(reason) ?? removedText(reason) ?? syncProblem(reason) ?? detail ?? reason ?? null
  const words = kind === 'missing' ? m.sync_missing_text() : why
  if (changes.length === 0 && !words) return '–'
  return (
    <div className="flex flex-col gap-1 text-sm">
      {changes.length > 0 && (
        <ul>
          {changes.map(({ field, old, new: next }) => (
            <li key={field} className="break-words">
              <span className="font-medium text-fg">{factName(field)}</span>{' '}
              {m.sync_from_to({
                old: factText(field, old ?? null, titleOf),
                new: factText(field, next ?? null, titleOf),
              })}
            </li>
          ))}
        </ul>
      )}
      {words && <p className="text-fg-3">{words}</p>}
    </div>
  )
}

function columns(titleOf: TitleOf): Column<SyncItem>[] {
  return [
    { id: 'who', header: m.sync_col_who(), cell: (item) => <Who item={item} /> },
    { id: 'what', header: m.sync_col_what(), cell: (item) => <KindChip item={item} /> },
    {
      id: 'change',
      header: m.sync_col_change(),
      cell: (item) => <What item={item} titleOf={titleOf} />,
    },
  ]
}
