import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import type { JobsSearch } from './routes'

export type Job = Schema<'Job'>
export type Schedule = Schema<'Schedule'>
type JobFilters = Omit<JobsSearch, 'job'>

// A job that begins or ends leaves no hint of its own: what is under way is looked at again and again,
// the rest now and then.
const BUSY_MS = 2000
const CALM_MS = 30_000

const pace = (busy: boolean | undefined) => (busy ? BUSY_MS : CALM_MS)
const underWay = ({ state }: Job) => state === 'queued' || state === 'running'

export const schedulesQuery = queryOptions({
  queryKey: ['jobs', 'schedules'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/jobs/schedules', { params: { query: { limit: 200 } }, signal })),
  refetchInterval: ({ state }) =>
    pace(state.data?.items.some(({ open_job_id }) => open_job_id != null)),
})

export const jobsQuery = (filters: JobFilters) =>
  infiniteQueryOptions({
    queryKey: ['jobs', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/jobs', {
          params: {
            query: {
              ...filters,
              state: filters.state as Job['state'] | undefined,
              kind: filters.kind as Job['kind'] | undefined,
              limit: PAGE_SIZE,
              cursor: pageParam,
            },
          },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      pace(state.data?.pages.some(({ items }) => items.some(underWay))),
  })

/** How many jobs have failed; one row is enough to know. */
export const deadJobsQuery = queryOptions({
  queryKey: ['jobs', 'dead'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/jobs', { params: { query: { state: 'dead', limit: 1 } }, signal })),
})

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => pace(state.data && underWay(state.data)),
  })

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all(['jobs', 'stats'].map((topic) => client.invalidateQueries({ queryKey: [topic] })))
}

/** Has a schedule run now; a run that is under way is joined. */
export function useRunSchedule() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (name: string) =>
      unwrap(api.POST('/api/v1/jobs/schedules/{name}/run', { params: { path: { name } } })),
    onSuccess: refresh,
  })
}

/** Has a failed job tried again, with all its tries. */
export function useRetryJob() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } })),
    onSuccess: refresh,
  })
}
