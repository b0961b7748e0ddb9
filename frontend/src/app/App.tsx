// What surrounds every page.
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Toasts } from '@/components/ui/Toast'
import { makeQueryClient } from './query-client'
import { makeRouter } from './router'

const queryClient = makeQueryClient(() => {
  // The session ended while the page was open: the guards know where to go.
  void router.invalidate()
})
const router = makeRouter(queryClient)

export function App() {
  return (
    // The page's policy allows no <style> elements.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </CSPProvider>
  )
}
