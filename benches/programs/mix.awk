# Words of a text: fields, associative arrays, string functions.
{
    for (i = 1; i <= NF; i++) { count[$i]++; total += length($i); if ($i ~ /^[a-f].*[aeiou]$/) hits++ }
    if (match($0, /[xyz][aeiou]+[a-d]/)) { where += RSTART; last = substr($0, RSTART, RLENGTH) }
    line = $0; swaps += gsub(/an?/, "o", line); sum += length(toupper(line)) % 13
}
END {
    for (word in count) { words++; if (count[word] > most) { most = count[word] } }
    for (i = 0; i < 200000; i++) x = (x * 69 + 5) % 65521
    print NR, words, most, total, hits, where, last, swaps, sum, x
}
