// Starts the page. The element's script is loaded by index.html; React does not need to wait for it.

import { createRoot } from 'react-dom/client';
import { App } from './App';

const root = document.querySelector('#root');
if (root) createRoot(root).render(<App />);
