package aloft.tree;

import aloft.format.Name;

/** Where an entry was that has no name any more. */
record Home(Folder folder, Name name) {}
