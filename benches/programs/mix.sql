create table item(id integer primary key, name text, price real, kind integer);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)
    insert into item select i, 'item ' || (i * 7919 % 30011), (i * 31 % 1000) / 8.0, i % 37 from n;
create index by_name on item(name);
create table sale(item integer, amount integer);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000)
    insert into sale select i * 16807 % 30000 + 1, i % 9 from n;
select kind, count(*), sum(price * amount) from item join sale on sale.item = item.id group by kind order by 3 desc limit 5;
select count(*) from item where name like '%77%';
select max(length(name)), min(name), max(name) from item;
update item set price = price * 1.1 where kind in (3, 5, 8);
delete from item where id % 11 = 0;
select count(*), round(sum(price), 3) from item;
select sum(rank) from (select row_number() over (partition by kind order by name) as rank from item);
