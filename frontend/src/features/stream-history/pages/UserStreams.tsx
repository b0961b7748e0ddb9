import { useParams, useSearch } from '@tanstack/react-router'
import { useCan } from '@/api/session'
import { ExportMenu } from '@/components/ExportMenu'
import { m } from '@/paraglide/messages.js'
import { PastStreams } from '../components/PastStreams'
import { UserStats } from '../components/UserStats'
import { exportAddress } from '../queries'

/** What one person has watched: how much, and what. */
export default function UserStreams() {
  const { userId } = useParams({ from: '/shell/users/$userId' })
  const search = useSearch({ from: '/shell/users/$userId/streams' })
  const can = useCan()
  return (
    <div className="flex flex-col gap-5">
      <UserStats userId={userId} />
      {can('stream_history.view') && (
        <>
          <div className="flex items-center justify-between gap-3">
            <h2 className="text-lg">{m.stream_history_title()}</h2>
            <ExportMenu
              name="streams"
              address={(format) => exportAddress({ ...search, user_id: userId }, format)}
            />
          </div>
          <PastStreams search={search} userId={userId} />
        </>
      )}
    </div>
  )
}
