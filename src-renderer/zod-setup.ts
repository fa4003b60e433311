// Imported first: zod otherwise tries whether it may compile code, which the page's policy forbids and the browser reports.
import { z } from 'zod';

z.config({ jitless: true });
