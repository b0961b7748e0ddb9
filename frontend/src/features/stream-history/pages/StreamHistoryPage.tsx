import { useSearch } from '@tanstack/react-router'
import { useCan } from '@/api/session'
import { ExportMenu } from '@/components/ExportMenu'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'
import { PastStreams } from '../components/PastStreams'
import { exportAddress } from '../queries'

/** Everything that was watched. */
export default function StreamHistoryPage() {
  const search = useSearch({ from: '/shell/streams/history' })
  const can = useCan()
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.stream_history_title()}
        status={m.stream_history_status()}
        actions={
          <>
            {can('streams.view') && <ButtonLink to="/streams">{m.streams_now()}</ButtonLink>}
            <ExportMenu name="streams" address={(format) => exportAddress(search, format)} />
          </>
        }
      />
      <PastStreams search={search} />
    </div>
  )
}
