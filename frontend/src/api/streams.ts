// What is being watched now: the page of streams shows all of it, the dashboard a few.
import { queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap } from './client'

export type Stream = Schema<'Stream'>
export type Streams = Schema<'Streams'>

// As many as a server can hold at once, and a page of the API.
const MOST = 200
// Hints tell of every change; the look now and then keeps the age of the last look true.
const LOOK_MS = 30_000

export const streamsQuery = queryOptions({
  queryKey: ['streams', 'now'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/streams', { params: { query: { limit: MOST } }, signal })),
  refetchInterval: LOOK_MS,
})

// As many as the dashboard has room for.
const FEW = 3

/** The first few and how many there are: for the dashboard, and for the count beside the navigation. */
export const fewStreamsQuery = queryOptions({
  queryKey: ['streams', 'few'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/streams', { params: { query: { limit: FEW } }, signal })),
  refetchInterval: LOOK_MS,
})
