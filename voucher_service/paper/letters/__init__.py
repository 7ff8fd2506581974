"""Letters: what a person receives with a booklet, in short sentences, on paper and on a page."""
