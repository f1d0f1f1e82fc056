"""What a person sees of a run: styled lines, a bar while it works, a table when it is done."""
