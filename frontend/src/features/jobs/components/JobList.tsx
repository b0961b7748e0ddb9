import { useInfiniteQuery } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import { JOB_KINDS, JOB_STATES, jobName, jobState } from '@/components/job-words'
import { KeysetList } from '@/components/KeysetList'
import { useNarrow } from '@/components/list-search'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { AppliedFilter, FacetFilter, FilterBar } from '@/components/ui/FilterBar'
import { Link } from '@/components/ui/Link'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'
import { type Job, jobsQuery } from '../queries'
import type { JobsSearch } from '../routes'
import { RetryButton, StateChip, took, whyText } from './JobParts'

/** The jobs, the newest first, narrowed by what the address says. */
export function JobList({ filters }: { filters: Omit<JobsSearch, 'job'> }) {
  const { narrow, clear } = useNarrow(filters)
  const list = useInfiniteQuery(jobsQuery(filters))
  const { state, kind, schedule } = filters
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h2 className="text-lg font-semibold">{m.jobs_list()}</h2>
        <p className="text-sm text-fg-3">{m.jobs_list_hint()}</p>
      </div>
      <FilterBar>
        <FacetFilter
          label={m.jobs_filter_state()}
          value={state}
          onChange={(next) => narrow({ state: next })}
          options={JOB_STATES.map((value) => ({ value, label: jobState(value).label }))}
        />
        <FacetFilter
          label={m.jobs_filter_kind()}
          value={kind}
          onChange={(next) => narrow({ kind: next })}
          options={JOB_KINDS.map((value) => ({ value, label: jobName(value) }))}
        />
        {state && (
          <AppliedFilter
            label={jobState(state).label}
            onRemove={() => narrow({ state: undefined })}
          />
        )}
        {kind && (
          <AppliedFilter label={jobName(kind)} onRemove={() => narrow({ kind: undefined })} />
        )}
        {schedule && (
          <AppliedFilter
            label={m.jobs_of_schedule({ name: jobName(schedule) })}
            onRemove={() => narrow({ schedule: undefined })}
          />
        )}
      </FilterBar>
      <KeysetList
        label={m.jobs_list()}
        list={list}
        failed={m.jobs_failed()}
        empty={
          <EmptyState icon={ListChecks} title={m.jobs_empty()}>
            {m.jobs_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns()}
        rowKey={({ id }) => id}
        card={(job) => <JobCard job={job} />}
      />
    </div>
  )
}

/** Opens the job beside the list. */
function Name({ job }: { job: Job }) {
  return (
    <Link
      to="/jobs"
      search={(before) => ({ ...before, job: job.id })}
      resetScroll={false}
      className="text-fg"
    >
      {jobName(job.kind)}
      {job.user?.username && (
        <span className="font-normal text-fg-2">
          {' '}
          · <bdi>{job.user.username}</bdi>
        </span>
      )}
    </Link>
  )
}

function Why({ job }: { job: Job }) {
  const why = job.state === 'done' ? null : whyText(job)
  return why ? <span className="line-clamp-2 break-words">{why}</span> : '–'
}

function columns(): Column<Job>[] {
  return [
    { id: 'name', header: m.jobs_col_job(), cell: (job) => <Name job={job} /> },
    { id: 'state', header: m.jobs_col_state(), cell: ({ state }) => <StateChip state={state} /> },
    {
      id: 'error',
      header: m.jobs_col_error(),
      className: 'max-w-80',
      cell: (job) => <Why job={job} />,
    },
    {
      id: 'duration',
      header: m.jobs_col_duration(),
      align: 'end',
      cell: ({ duration_seconds }) => took(duration_seconds),
    },
    {
      id: 'when',
      header: m.jobs_col_when(),
      align: 'end',
      cell: ({ created_at }) => <RelativeTime value={created_at} />,
    },
    {
      id: 'retry',
      header: m.list_actions(),
      quiet: true,
      align: 'end',
      cell: (job) => <RetryButton job={job} />,
    },
  ]
}

function JobCard({ job }: { job: Job }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start justify-between gap-3">
        <Name job={job} />
        <StateChip state={job.state} />
      </div>
      {job.state !== 'done' && whyText(job) && (
        <p className="text-sm text-fg-2">
          <Why job={job} />
        </p>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-fg-3">
        <span className="num">
          <RelativeTime value={job.created_at} /> · {took(job.duration_seconds)}
        </span>
        <RetryButton job={job} />
      </div>
    </div>
  )
}
