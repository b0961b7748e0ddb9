import { useQuery } from '@tanstack/react-query'
import { jobName } from '@/components/job-words'
import { type Column, DataTable } from '@/components/ui/DataTable'
import { ErrorState } from '@/components/ui/ErrorState'
import { Link } from '@/components/ui/Link'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { type Schedule, schedulesQuery } from '../queries'
import { RunButton, StateChip, took, whyText } from './JobParts'

/** What runs by the clock: when next, how it went last, and a button to have it run now. */
export function Schedules() {
  const schedules = useQuery(schedulesQuery)
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h2 className="text-lg font-semibold">{m.jobs_schedules()}</h2>
        <p className="text-sm text-fg-3">{m.jobs_schedules_hint()}</p>
      </div>
      {schedules.isPending ? (
        <ListSkeleton rows={6} />
      ) : schedules.isLoadingError ? (
        <ErrorState
          title={m.jobs_schedules_failed()}
          error={schedules.error}
          onRetry={() => void schedules.refetch()}
        />
      ) : (
        <DataTable
          label={m.jobs_schedules()}
          columns={columns()}
          rows={schedules.data.items}
          rowKey={({ name }) => name}
          card={(schedule) => <ScheduleCard schedule={schedule} />}
        />
      )}
    </div>
  )
}

/** Leads to its jobs. */
function Name({ schedule }: { schedule: Schedule }) {
  return (
    <Link to="/jobs" search={{ schedule: schedule.name }} resetScroll={false} className="text-fg">
      {jobName(schedule.kind)}
    </Link>
  )
}

function Last({ schedule: { last_run } }: { schedule: Schedule }) {
  const at = last_run?.finished_at ?? last_run?.started_at
  return at ? <RelativeTime value={at} /> : m.jobs_never_ran()
}

function Next({ schedule }: { schedule: Schedule }) {
  if (!schedule.enabled) return m.jobs_off()
  return schedule.next_run_at ? <RelativeTime value={schedule.next_run_at} /> : '–'
}

/** How it went last, or that it is under way. */
function Result({ schedule }: { schedule: Schedule }) {
  const { running, last_run } = schedule
  if (running) return <StateChip state="running" />
  if (schedule.open_job_id) return <StateChip state="queued" />
  if (!last_run) return '–'
  const why = last_run.error && whyText({ error: last_run.error })
  return (
    <div className="flex flex-col items-start gap-1">
      <StateChip state={last_run.result} />
      {why && <span className="max-w-80 text-xs break-words text-fg-3">{why}</span>}
    </div>
  )
}

function columns(): Column<Schedule>[] {
  return [
    {
      id: 'name',
      header: m.jobs_col_schedule(),
      cell: (schedule) => <Name schedule={schedule} />,
    },
    { id: 'last', header: m.jobs_col_last(), cell: (schedule) => <Last schedule={schedule} /> },
    {
      id: 'result',
      header: m.jobs_col_result(),
      cell: (schedule) => <Result schedule={schedule} />,
    },
    {
      id: 'duration',
      header: m.jobs_col_duration(),
      align: 'end',
      cell: ({ last_run }) => took(last_run?.duration_seconds),
    },
    { id: 'next', header: m.jobs_col_next(), cell: (schedule) => <Next schedule={schedule} /> },
    {
      id: 'run',
      header: m.list_actions(),
      quiet: true,
      align: 'end',
      cell: (schedule) => <RunButton schedule={schedule} />,
    },
  ]
}

function ScheduleCard({ schedule }: { schedule: Schedule }) {
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-start justify-between gap-3">
        <Name schedule={schedule} />
        <Result schedule={schedule} />
      </div>
      <div className="flex items-end justify-between gap-3">
        <dl className="grid min-w-0 grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm">
          <dt className="text-fg-3">{m.jobs_col_last()}</dt>
          <dd>
            <Last schedule={schedule} />
            {schedule.last_run && <> · {took(schedule.last_run.duration_seconds)}</>}
          </dd>
          <dt className="text-fg-3">{m.jobs_col_next()}</dt>
          <dd>
            <Next schedule={schedule} />
          </dd>
        </dl>
        <RunButton schedule={schedule} />
      </div>
    </div>
  )
}
