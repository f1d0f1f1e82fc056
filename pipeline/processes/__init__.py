"""The processes of a run: the runner, the server that workers are forked of, the child that parses HTML, the watch."""
