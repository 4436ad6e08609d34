# Hashes, arrays, regular expressions and string building.
my ($seed, %count, @list, $text) = (12345);
sub number { $seed = ($seed * 1103515 + 12345) % 2147483647; return $seed }
for (1 .. 120000) { my $n = number(); $count{"w" . $n % 1009}++; push @list, $n % 100000 }
@list = sort { $a <=> $b } @list;
$text = join " ", map { "$_=$count{$_}" } sort keys %count;
my ($hits, $sum) = (0, 0);
for (1 .. 24) { $hits++ while $text =~ /w(\d)\d*\1=(\d+)/g }
(my $other = $text) =~ tr/0-9/a-j/;
$sum += $_ * 3 % 17 for @list;
my $words = () = $other =~ /\bw[a-e]+/g;
print scalar(keys %count), " $hits $sum $words $list[100] $list[-1]\n";
