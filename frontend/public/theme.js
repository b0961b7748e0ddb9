// Sets the theme before the first paint. A blocking file of its own, because the page runs
// under a content security policy that allows no inline script.
;(() => {
  var choice = null
  try {
    choice = localStorage.getItem('pum.theme')
  } catch (_) {
    // Storage may be blocked; the system's theme is the answer then.
  }
  var dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
