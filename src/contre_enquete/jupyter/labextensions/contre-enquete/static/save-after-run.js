// Saves a notebook as soon as no cell of it runs any more. What came out the same saves the same bytes, and closing
// asks nothing. JupyterLab's own timer, set to seconds, would do so too, but JupyterLab takes what is typed while it
// saves as saved; and every few seconds is often.
//
// As JupyterLab loads what a bundler would make of an extension: https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html
(() => {
  let shared

  const load = async name => (await Object.values(shared[name])[0].get())()

  const makePlugin = async () => {
    const { INotebookTracker, NotebookActions } = await load('@jupyterlab/notebook')
    return {
      id: 'contre-enquete:save-after-run',
      description: 'Saves a notebook once its cells have run',
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => {
        NotebookActions.executed.connect((_, { notebook }) => {
          const panel = tracker.find(panel => panel.content === notebook)
          const runs = notebook.widgets.some(cell => cell.model.executionState === 'running')
          if (panel && !runs && panel.context.contentsModel?.writable) panel.context.save()
        })
      }
    }
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {}
  window._JUPYTERLAB['contre-enquete'] = {
    init: scope => {
      shared = scope
    },
    get: async () => {
      const plugin = await makePlugin()
      return () => ({ __esModule: true, default: plugin })
    }
  }
})()
