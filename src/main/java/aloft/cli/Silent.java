package aloft.cli;

import aloft.cli.control.Answers;

/** For requests that answer by being done. */
record Silent() implements Answers {}
