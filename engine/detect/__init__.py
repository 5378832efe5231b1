"""Cloud and its shadow, found where no mask says where they are."""
