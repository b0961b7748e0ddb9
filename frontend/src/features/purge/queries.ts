import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import type { PurgeSearch } from './routes'

export type Terms = Schema<'PurgeTerms'>
export type Judged = Schema<'PurgeItem'>
export type PurgeBegun = Schema<'PurgeBegun'>
type Preview = Schema<'PurgePreview'>

/** What an address leaves open. */
export const USUAL: Required<Terms> = {
  inactive_days: 90,
  exempt_shares_back: true,
  exempt_whitelisted: true,
  exempt_admins: true,
  ignore_join_date: false,
  count_imported: false,
}

export function termsOf({
  view: _view,
  verdict: _verdict,
  days,
  wait: _wait,
  ...flags
}: PurgeSearch): Required<Terms> {
  return { ...USUAL, ...(days !== undefined && { inactive_days: days }), ...flags }
}

/** The people of all pages that are loaded, and what is said of all of them. */
function judgedPeople(data: InfiniteData<Preview, unknown>) {
  const [first] = data.pages
  return {
    ...allRows(data),
    counts: first && { purge: first.purge_count, keep: first.keep_count },
    keepsEverybody: first?.keeps_everybody ?? null,
    watchingSince: first?.watching_since ?? null,
    importedSince: first?.imported_since ?? null,
  }
}

/** Who would be removed today, who stays, and why. */
export const previewQuery = (terms: Terms, verdict?: Judged['verdict']) =>
  infiniteQueryOptions({
    queryKey: ['purge', 'preview', terms, verdict],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.POST('/api/v1/purge/preview', {
          params: { query: { verdict, limit: PAGE_SIZE, cursor: pageParam } },
          body: terms,
          signal,
        }),
      ),
    ...byCursor,
    select: judgedPeople,
    placeholderData: keepPreviousData,
  })

/** Whom the same terms would have removed in the past year, so many days after a warning, and who of them came back. */
export const rehearsalQuery = (terms: Terms, warn_wait_days: number) =>
  queryOptions({
    queryKey: ['purge', 'rehearsal', terms, warn_wait_days],
    queryFn: ({ signal }) =>
      unwrap(api.POST('/api/v1/purge/rehearsal', { body: { ...terms, warn_wait_days }, signal })),
    placeholderData: keepPreviousData,
  })

/** How the purge by the clock stands. */
export const scheduleQuery = queryOptions({
  queryKey: ['purge', 'schedule'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/purge/schedule', { signal })),
})

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['purge', 'users', 'stats', 'jobs', 'history'].map((topic) =>
        client.invalidateQueries({ queryKey: [topic] }),
      ),
    )
}

/** Has people removed; each is judged once more when it comes to it. */
export function useRunPurge(terms: Terms) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (user_ids: string[]) =>
      unwrap(api.POST('/api/v1/purge', { body: { ...terms, user_ids } })),
    onSuccess: refresh,
  })
}

/** Stops a purge; within its first seconds that takes all of it back. */
export function useStopPurge() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/api/v1/purge/{id}/stop', { params: { path: { id } } })),
    onSuccess: refresh,
  })
}

/** Confirms the removal of exactly the people that this list stands for. */
export function useConfirmPurge() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (list_id: string) =>
      unwrap(api.POST('/api/v1/purge/confirm', { body: { list_id } })),
    // Whether it went through or the list had changed: look again. Not waited for: the button goes with what it
    // was about, and whoever pressed it is to hear of it before.
    onSettled: () => void refresh(),
  })
}
