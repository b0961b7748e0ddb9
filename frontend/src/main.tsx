// The admin's entry.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '@/app/App'
import { getLocale } from '@/lib/locale'
import { watchTheme } from '@/lib/theme'
import './app.css'

document.documentElement.lang = getLocale()
watchTheme()

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
